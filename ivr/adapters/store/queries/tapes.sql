-- The tapes of calls that ended in a time, oldest first.
select call_id, tape from tapes where at >= :since and (:until is null or at < :until) order by at
