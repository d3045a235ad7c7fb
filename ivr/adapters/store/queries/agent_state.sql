insert into agent_states (seq, at, agent_id, status, state, reason, ticket_id, code) values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (seq) do nothing
