insert into offers (seq, id, call_id, offered_at, ticket_id, agent_id, decision) values (?, ?, ?, ?, ?, ?, ?)
on conflict (id) do nothing
