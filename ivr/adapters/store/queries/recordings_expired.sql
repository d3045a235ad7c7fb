-- Recordings that are due to be deleted, a page at a time.
select id, path, rowid as place from recordings
where at < :before and deleted_at is null and rowid > :after
order by rowid limit :most
