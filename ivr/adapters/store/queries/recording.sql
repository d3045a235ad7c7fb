insert into recordings (seq, id, call_id, at, kind, mailbox, path, seconds) values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (id) do nothing
