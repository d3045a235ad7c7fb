-- Calls that are due to be deleted: ended ones, and those of which neither the beginning nor the end was kept. One
-- whose recording is still on disk stays, so that no file is forgotten.
select id from calls
where started_at < :before  -- what the index knows
  and (ended_at < :before or (ended_at is null and seq is null))
  and not exists (select 1 from recordings where call_id = calls.id and deleted_at is null)
order by started_at limit :most
