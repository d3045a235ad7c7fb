-- An agent's record as it is now.
insert into agents (agent_id, name, address, queues, groups, skills, languages, "order", changed_at, changed_by)
values (:agent_id, :name, :address, :queues, :groups, :skills, :languages, :order, :changed_at, :changed_by)
on conflict (agent_id) do update set
  name = excluded.name, address = excluded.address, queues = excluded.queues, groups = excluded.groups,
  skills = excluded.skills, languages = excluded.languages, "order" = excluded."order",
  changed_at = excluded.changed_at, changed_by = excluded.changed_by
