-- Calls that began and did not end, with the last section known; one channel's when :channel is not null.
select
  calls.id, calls.channel, calls.flow, calls.bundle, calls.language,
  coalesce((
    select section from (
      select max(seq) as seq, section from prompts where call_id = calls.id
      union all
      select max(seq), case went_to when '' then section else went_to end from actions where call_id = calls.id
      union all
      select max(seq), section from inputs where call_id = calls.id
      union all
      select max(seq), section from turns where call_id = calls.id
    ) where seq is not null order by seq desc limit 1
  ), '') as section,
  (select group_concat(announcement, ' ') from announced where call_id = calls.id) as announced
from calls
where calls.ended_at is null and calls.seq is not null and (:channel is null or calls.channel = :channel)
order by calls.seq
