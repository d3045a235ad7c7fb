insert into announced (seq, call_id, at, announcement, point, section) values (?, ?, ?, ?, ?, ?) on conflict (seq) do nothing
