#!/usr/bin/env python3
"""Starts a whole Hearth and a program that keeps one CPU busy, and reads its cores back at steps of 15, 30 and 60 s.

usage: tests/long/steady.py [minutes, default 4] [frequency in Hz, default 97]
Needs a build (dotnet build), gcc, root or perf_event_paranoid <= 0, and a machine with an idle CPU.
"""
import json, os, re, signal, subprocess, sys, tempfile, time, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TYPE = "process_cpu:cpu:nanoseconds:cpu:nanoseconds"
BOUND = 0.03


def ask(http, method, request):
    body = json.dumps(request).encode()
    call = urllib.request.Request(f"http://{http}/querier.v1.QuerierService/{method}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(call, timeout=60) as answer:
        return json.load(answer)


def ran_ns(pid):
    with open(f"/proc/{pid}/schedstat") as file:
        return int(file.read().split()[0])


def main():
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    frequency = sys.argv[2] if len(sys.argv) > 2 else "97"
    failed = False
    with tempfile.TemporaryDirectory(prefix="hearth-steady-") as folder:
        source = os.path.join(folder, "busy.c")
        with open(source, "w") as file:
            file.write("volatile unsigned long n; int main(void) { for (;;) n++; }\n")
        subprocess.run(["gcc", "-O1", "-o", os.path.join(folder, "busy"), source], check=True)
        hearth = subprocess.Popen(
            [os.path.join(ROOT, "artifacts/bin/Hearth/debug/hearth"), "all", "--data", os.path.join(folder, "data"), "--frequency", frequency,
             "--http-port", "0", "--otlp-grpc-port", "0", "--otlp-http-port", "0", "--admin-port", "0"], stdout=subprocess.PIPE, text=True)
        busy = None
        try:
            http = re.search(r"http=(\S+)", hearth.stdout.readline()).group(1)

            # First in the queue where that is allowed, so that the truth is one core even beside a little other work.
            busy = subprocess.Popen([os.path.join(folder, "busy")], env=dict(os.environ, OTEL_SERVICE_NAME="steady"),
                                    preexec_fn=lambda: os.nice(-20) if os.geteuid() == 0 else None)
            time.sleep(30)  # the first, shorter window is not part of the measurement
            start = int(time.time()) // 60 * 60 + 60
            end = start + int(minutes) * 60
            time.sleep(max(0, start - time.time()))
            before = ran_ns(busy.pid)
            time.sleep(max(0, end - time.time()))
            print(f"the kernel's own account: {(ran_ns(busy.pid) - before) / 1e9 / (end - start):.4f} cores")
            time.sleep(25)
            print(f"{'step s':>7} {'points':>7} {'least':>8} {'mean':>8} {'most':>8}")
            for step in (15, 30, 60):
                answer = ask(http, "SelectSeries", {
                    "profileTypeID": TYPE, "labelSelector": '{service_name="steady"}',
                    "start": start * 1000, "end": end * 1000, "step": step})
                cores = [p["value"] / 1e9 / step for s in answer.get("series", []) for p in s["points"]]
                if not cores:
                    print(f"{step:>7} {'none':>7}")
                    failed = True
                    continue
                print(f"{step:>7} {len(cores):>7} {min(cores):>8.4f} {sum(cores) / len(cores):>8.4f} {max(cores):>8.4f}")
                failed |= max(abs(c - 1) for c in cores) > BOUND
        finally:
            if busy:
                busy.kill()
            hearth.send_signal(signal.SIGTERM)
            hearth.wait(10)
    print("within the bound" if not failed else f"OUTSIDE 1 ± {BOUND}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
