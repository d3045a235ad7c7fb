-- Ended calls that are due to be deleted. One whose recording is still kept stays, so that no file is forgotten.
select id from calls
where ended_at < :before
  and not exists (select 1 from recordings where call_id = calls.id and deleted_at is null)
order by ended_at limit :most
