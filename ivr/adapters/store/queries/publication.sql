-- Flows that became live; told again under the same number, nothing changes.
insert into publications (seq, at, bundle, how, before, by, note, because, verdicts)
values (?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (seq) do nothing
