delete from agent_states
where seq in (select seq from agent_states where at < :before order by seq limit :most)
