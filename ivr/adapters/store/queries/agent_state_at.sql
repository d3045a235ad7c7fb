-- What was known last of an agent at an instant.
select * from agent_states where agent_id = :agent_id and at <= :at order by seq desc limit 1
