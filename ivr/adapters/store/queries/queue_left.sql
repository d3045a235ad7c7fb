insert into queue_left (seq, call_id, at, ticket_id, queue, how, waited) values (?, ?, ?, ?, ?, ?, ?)
on conflict (seq) do nothing
