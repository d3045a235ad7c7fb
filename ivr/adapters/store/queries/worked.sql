-- What was known last of every agent who is not signed out, and the leg of the talk that the agent has or had.
select
  s.agent_id, s.status, s.state, s.reason, s.ticket_id,
  coalesce((select queue from queue_joined where ticket_id = s.ticket_id order by seq desc limit 1), '') as queue,
  coalesce((
    select id from offers
    where ticket_id = s.ticket_id and agent_id = s.agent_id and outcome = 'answered' order by seq desc limit 1
  ), '') as leg
from agent_states s
where s.seq = (select max(seq) from agent_states where agent_id = s.agent_id) and s.status <> 'signed_out'
order by s.agent_id
