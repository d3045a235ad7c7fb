-- A call's end, once.
update calls set
  ended_seq = :seq, ended_at = :at, end_reason = :reason, end_detail = :detail, section = :section,
  seconds = round((julianday(:at) - julianday(started_at)) * 86400.0, 3)
where id = :id and ended_at is null
