insert into legs (seq, id, call_id, started_at, role, address) values (?, ?, ?, ?, ?, ?)
on conflict (id) do update set
  seq = excluded.seq, started_at = excluded.started_at, role = excluded.role, address = excluded.address
where legs.seq is null
