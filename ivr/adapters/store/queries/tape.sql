insert into tapes (seq, call_id, at, flow, tape)
values (?, ?, ?, ?, ?) on conflict (seq) do nothing
