-- Ids that begin with a prefix, in order of time; the character after :prefix is the last that exists.
select id from calls where id >= :prefix and id < :prefix || char(1114111) order by started_at, id limit :most
