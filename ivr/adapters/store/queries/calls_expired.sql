-- Ended calls that are due to be deleted. One whose recording is still kept stays, so that no file is forgotten.
select id from calls
where started_at < :before and ended_at < :before  -- the first is what the index knows
  and not exists (select 1 from recordings where call_id = calls.id and deleted_at is null)
order by started_at limit :most
