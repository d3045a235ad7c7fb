-- Calls, newest first. A parameter that is null does not restrict; :open is 1 for open calls only.
select
  id, started_at, ended_at, seconds, caller, caller_name, called, flow, bundle, language, end_reason, end_detail,
  coalesce(section, (
    select section from (
      select max(seq) as seq, section from prompts where call_id = calls.id
      union all
      select max(seq), case went_to when '' then section else went_to end from actions where call_id = calls.id
      union all
      select max(seq), section from inputs where call_id = calls.id
      union all
      select max(seq), section from turns where call_id = calls.id
    ) where seq is not null order by seq desc limit 1
  ), '') as section
from calls
where (:since is null or started_at >= :since)
  and (:caller is null or instr(caller, :caller) or instr(lower(caller_name), lower(:caller)))
  and (:called is null or called = :called)
  and (:reason is null or end_reason = :reason)
  and (:open = 0 or ended_at is null)
order by started_at desc, id desc
limit :limit
