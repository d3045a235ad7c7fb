delete from inputs where seq in (select seq from inputs where at < :before order by at limit :most)
