insert into inputs (seq, call_id, at, section, step, mode, value, sensitive)
values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (seq) do nothing
