insert into legs (ended_seq, id, call_id, ended_at, status, talked) values (?, ?, ?, ?, ?, ?)
on conflict (id) do update set
  ended_seq = excluded.ended_seq, ended_at = excluded.ended_at, status = excluded.status, talked = excluded.talked
where legs.ended_seq is null
