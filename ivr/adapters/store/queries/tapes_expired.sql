-- A tape tells what a caller keyed in, and goes with it.
delete from tapes where seq in (select seq from tapes where at < :before order by at limit :most)
