"""Sound as numbers: G.711, wav, telephone formats, levels, cutting, resampling, and finding one sound in another.

May import ``ivr.core.base``, numpy and soxr; opens no file and knows no telephone system: bytes come in, arrays of
16-bit samples go out. Start with `clip.Clip`, the value that everything here speaks of, then `wav.read_wav` and
`telephone.encode`. `match.find` says where in a recording a prompt was heard, which is how tests listen.

Why samples are int16 and not floats: telephone sound is 16 bits or less, and a join, a cache or a comparison of
sounds must be exact.
"""
