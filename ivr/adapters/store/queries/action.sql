insert into actions (seq, call_id, began_at, at, section, step, kind, outcome, went_to, detail)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (seq) do nothing
