-- An offer has one end, after its beginning: ?1 is the number of the end, ?2 the offer, ?4 and ?5 stand in its row.
update offers set ended_seq = ?1, ended_at = ?3, outcome = ?6
where id = ?2 and ticket_id = ?4 and agent_id = ?5 and seq < ?1 and ended_seq is null
