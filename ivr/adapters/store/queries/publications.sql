-- The latest publications, newest first.
select at, bundle, how, before, by, note, because, verdicts from publications order by seq desc limit :most
