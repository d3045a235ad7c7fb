insert into turns (seq, call_id, at, what, section) values (?, ?, ?, ?, ?) on conflict (seq) do nothing
