-- What agents did from an instant on, in the order in which it happened.
select * from agent_states where at >= :since order by seq limit :most
