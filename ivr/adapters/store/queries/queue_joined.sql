insert into queue_joined (seq, call_id, at, ticket_id, queue, lane, vtime, restored, section, step, ticket)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (seq) do nothing
