"""The hop: what it costs to let the service run a call, compared with the same call as plain dialplan.

    python -m bench.hop [--quick]

A real Asterisk takes calls from SIPp (signalling only). Each call is the same small IVR of 0.9 seconds: answer, set
two values, a prompt of 200 ms, one key awaited for 0.5 s, a word for the log, hang up. ``8001`` is that in plain
dialplan; ``8002`` goes through the dialplan that is shipped, FastAGI, a flow, the trace and the store. The figure is
CPU time of Asterisk and the service (user and system) for each call; rounds take turns, medians are
shown, and what both cost when nothing is called is taken off. Only the ratio carries over to another machine.

Exit code 1 when calls failed, or the ratio is above its limit.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ivr.app.lab.lab import Lab, new_lab
from ivr.app.lab.reserve import reserved
from ivr.core.audio.clip import tone
from ivr.core.audio.telephone import FORMATS
from ivr.services.speech.wording import slug

HOME = Path(__file__).parents[1] / ".lab"
AIM, LIMIT = 1.35, 1.5
RATE = 40
IDLE_SECONDS = 5.0
DRAIN_SECONDS = 2.0

PROMPT = "Press a key."

FLOW = """\
about: The small IVR of the measurement.
languages: [en]

flow:
  main:
    - set: {first: 1, second: 2}
    - menu: @{prompt}
      attempts: 1
      first_input: 500ms
      no_input: none
      give_up: bye
      options:
        - {press: 1, say: one, go: bye}
  bye:
    - hangup
"""

DIALPLAN = """\
[from-trunk](+)
exten => 8001,1,Answer()
 same => n,Set(FIRST=1)
 same => n,Set(SECOND=2)
 same => n,Playback(@{prompt})
 same => n,Read(KEY,,1,,1,0.5)
 same => n,Verbose(3,no key)
 same => n,Hangup()
"""

SCENARIO = """\
<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller who is hung up on">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:+15551230001@[local_ip]:[local_port]>;tag=[pid]T[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:+15551230001@[local_ip]:[local_port]>;tag=[pid]T[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


@dataclass(frozen=True)
class Cost:
    """CPU seconds so far, by process."""

    asterisk: float
    service: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.asterisk - other.asterisk, self.service - other.service)

    def each(self, calls: int, idle: Cost, seconds: float) -> Cost:
        """Milliseconds for each call, without what ``seconds`` of nothing cost."""
        return Cost(
            1000 * (self.asterisk - idle.asterisk * seconds) / calls,
            1000 * (self.service - idle.service * seconds) / calls,
        )

    @property
    def total(self) -> float:
        """Both."""
        return self.asterisk + self.service


def cpu_seconds(pid: int) -> float:
    """User and system time of a process with all its threads: its own clock, as clock_getcpuclockid(3) names it."""
    return time.clock_gettime((~pid << 3) | 2)


def cost(lab: Lab) -> Cost:
    """What the PBX and the service have used until now."""
    pids = lab.state().pids
    pbx, service = pids["pbx"], pids["service"]
    assert pbx is not None
    assert service is not None
    return Cost(cpu_seconds(pbx), cpu_seconds(service))


def round_of(lab: Lab, scenario: Path, number: str, calls: int, idle: Cost) -> Cost:
    """Places ``calls`` calls and gives what each cost. Exits when one of them failed."""
    before, began = cost(lab), time.monotonic()
    command = ["sipp", f"127.0.0.1:{lab.plan.ports.pbx_sip}", "-sf", str(scenario), "-s", number, "-i", "127.0.0.1"]
    command += ["-r", str(RATE), "-m", str(calls), "-l", "500", "-timeout", "120", "-timeout_error", "-nostdin"]
    done = subprocess.run(command, cwd=scenario.parent, capture_output=True, text=True, check=False)
    time.sleep(DRAIN_SECONDS)
    used, seconds = cost(lab) - before, time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"calls to {number} failed (sipp ended with {done.returncode}):\n{done.stdout[-1500:]}{done.stderr}")
    return used.each(calls, idle, seconds)


def prepare(lab: Lab, work: Path) -> None:
    """Puts the prompt, the flow and the plain dialplan in their places, and starts everything."""
    flows = work / "flows"
    (flows / "prompts" / "en").mkdir(parents=True)
    beep = tone(440, 0.2)
    (flows / "main.yaml").write_text(FLOW.replace("@{prompt}", PROMPT))
    (flows / "prompts" / "en" / f"{slug(PROMPT)}.wav").write_bytes(FORMATS["wav"].encode(beep))
    lab.down()
    shutil.rmtree(lab.plan.folder / "data", ignore_errors=True)
    lab.up(flows=flows, service=False)
    prompt = lab.plan.prompts / "hop.ulaw"
    prompt.write_bytes(FORMATS["ulaw"].encode(beep))
    site = DIALPLAN.replace("@{prompt}", lab.plan.inside("prompts", "hop"))
    (lab.plan.outside("pbx", "etc") / "site.conf").write_text(site)
    lab.console("pbx", "dialplan reload")
    lab.start_service()
    assert "8001" in lab.console("pbx", "dialplan show 8001@from-trunk")


def measure(lab: Lab, work: Path, rounds: int, calls: int) -> int:
    """Runs the rounds and prints the table; the exit code."""
    scenario = work / "caller.xml"
    scenario.write_text(SCENARIO)
    idle = idle_cost(lab)
    for number in ("8001", "8002"):
        round_of(lab, scenario, number, calls // 4, idle)
    found: dict[str, list[Cost]] = {"8001": [], "8002": []}
    for _ in range(rounds):
        for number, costs in found.items():
            costs.append(round_of(lab, scenario, number, calls, idle))
    print(f"\nCPU ms a call, {RATE} calls/s, medians of {rounds} rounds of {calls} calls, Asterisk 22")
    kept, placed = completed(lab), calls // 4 + rounds * calls
    if kept != placed:
        sys.exit(f"{placed} calls were placed through the service, {kept} of them are in its database as completed")
    medians = {}
    for number, name in (("8001", "plain dialplan"), ("8002", "through the service")):
        asterisk = statistics.median(cost.asterisk for cost in found[number])
        service = statistics.median(cost.service for cost in found[number])
        medians[number] = statistics.median(cost.total for cost in found[number])
        print(f"  {name:<20} Asterisk {asterisk:5.2f}   service {service:5.2f}   together {medians[number]:5.2f}")
    ratio = medians["8002"] / medians["8001"]
    print(f"  ratio {ratio:.2f} (aim {AIM}, at most {LIMIT})")
    return 0 if ratio <= LIMIT else 1


def completed(lab: Lab) -> int:
    """How many calls the service's database has that reached the end of the flow."""
    with closing(sqlite3.connect(f"file:{lab.plan.folder / 'data' / 'ivr.db'}?mode=ro", uri=True)) as kept:
        (count,) = kept.execute("select count(*) from calls where end_reason = 'completed'").fetchone()
    return int(count)


def idle_cost(lab: Lab) -> Cost:
    """CPU seconds a second when nobody calls."""
    before = cost(lab)
    time.sleep(IDLE_SECONDS)
    used = cost(lab) - before
    return Cost(used.asterisk / IDLE_SECONDS, used.service / IDLE_SECONDS)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a small load, to see that it works; no limit is applied")
    quick = parser.parse_args().quick
    with reserved() as offset, tempfile.TemporaryDirectory() as work:
        lab = new_lab(HOME, f"test-{offset}", offset=offset, say=lambda line: print(line, file=sys.stderr))
        try:
            prepare(lab, Path(work))
            code = measure(lab, Path(work), *((1, 40) if quick else (5, 400)))
        finally:
            lab.down()
            (lab.plan.outside("pbx", "etc") / "site.conf").unlink(missing_ok=True)
    return 0 if quick else code


if __name__ == "__main__":
    sys.exit(main())
