-- Calls that began and did not end, with the last section known; one channel's when :channel is not null. A call that
-- waited in a queue has its place: the last ticket, unless it left the queue otherwise than by an interruption.
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
  (select group_concat(announcement, ' ') from announced where call_id = calls.id) as announced,
  place.ticket_id, place.queue, place.section as place_section, place.step as place_step, place.ticket
from calls
left join queue_joined place
  on place.seq = (select max(seq) from queue_joined where call_id = calls.id)
  and not exists (
    select 1 from queue_left gone
    where gone.call_id = calls.id and gone.ticket_id = place.ticket_id and gone.seq > place.seq
      and gone.how <> 'interrupted'
  )
where calls.ended_at is null and calls.seq is not null and (:channel is null or calls.channel = :channel)
order by calls.seq
