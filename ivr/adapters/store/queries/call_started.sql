-- A call's beginning. Fills in a call of which only later events were known; a second beginning changes nothing.
insert into calls (seq, id, started_at, caller, caller_name, called, flow, language, channel, bundle)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (id) do update set
  seq = excluded.seq, started_at = excluded.started_at, caller = excluded.caller, caller_name = excluded.caller_name,
  called = excluded.called, flow = excluded.flow, language = excluded.language, channel = excluded.channel, bundle = excluded.bundle,
  seconds = round((julianday(calls.ended_at) - julianday(excluded.started_at)) * 86400.0, 3)
where calls.seq is null
