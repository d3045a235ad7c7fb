-- All agents, in the order of their ids.
select agent_id, name, address, queues, groups, skills, languages, "order" from agents order by agent_id
