insert into prompts (seq, call_id, began_at, at, section, step, language, text, sound, cut_by)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (seq) do nothing
