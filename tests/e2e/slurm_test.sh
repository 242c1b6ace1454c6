#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A real Slurm on one machine runs the scripts of `tintreel farm slurm`: the film is the one that a single run makes.
#   slurm_test.sh PROGRAM      needs slurm-wlm, ffmpeg and root; runs only with TINTREEL_TEST_SLURM=1. 77: skipped.
set -euo pipefail
tintreel=$1
skip() { echo "SKIPPED: $*"; exit 77; }
[ "${TINTREEL_TEST_SLURM:-}" = 1 ] || skip "set TINTREEL_TEST_SLURM=1 to run this test (it starts slurmctld and slurmd on the loopback)"
for need in slurmctld slurmd sbatch ffmpeg; do command -v "$need" >/dev/null || PATH=$PATH:/usr/sbin command -v "$need" >/dev/null || skip "$need is not installed (apt-get install slurm-wlm)"; done
[ "$(id -u)" = 0 ] || skip "slurmd has to be started by root"
PATH=$PATH:/usr/sbin

dir=$(mktemp -d)
host=$(hostname -s)
controller='' daemon=''
cleanup() {
    for pid in $daemon $controller; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$dir"
}
trap cleanup EXIT
mkdir "$dir/state" "$dir/spool"
export SLURM_CONF=$dir/slurm.conf
cat >"$SLURM_CONF" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MailProg=/bin/true
SlurmctldPort=16817
SlurmdPort=16818
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
echo 'CgroupPlugin=cgroup/v1' >"$dir/cgroup.conf"
stepd=$(readlink -f "$(command -v slurmstepd)")
slurmctld -D >"$dir/slurmctld.log" 2>&1 & controller=$!
slurmd -D -d "$stepd" >"$dir/slurmd.log" 2>&1 & daemon=$!
for _ in $(seq 60); do [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break; sleep 1; done
[ "$(sinfo -h -o %T)" = idle ] || { cat "$dir"/*.log; echo "Slurm did not come up"; exit 1; }

cd "$dir"
ffmpeg -v error -f lavfi -i testsrc2=s=96x64:r=24:d=1.5 -f lavfi -i sine=440:d=1.5 -vf format=gray -c:v ffv1 -c:a pcm_s16le film.mkv
printf 'Scene Number,Start Frame,End Frame\n1,1,8\n2,9,16\n3,17,24\n4,25,36\n' >cuts.csv
job=(film.mkv --preset master --working-size 64 --scenes cuts.csv)
export OMP_WAIT_POLICY=passive
"$tintreel" plan "${job[@]}" -o tasks.json
"$tintreel" farm slurm tasks.json -o scripts --film "$dir/farm.mkv"

wait_for() {  # no job left, or its dependency can never be met
    for _ in $(seq 300); do
        [ -z "$(squeue -h -o %R | grep -v DependencyNeverSatisfied)" ] && return
        sleep 1
    done
    squeue; echo "the jobs do not end"; exit 1
}
# One task is cancelled on its way: the merge must not run. Submitted again, only what is missing is done.
submitted=$(scripts/submit.sh)
echo "$submitted"
array=$(echo "$submitted" | sed 's/tasks: \([0-9]*\).*/\1/')
for _ in $(seq 600); do squeue -h -t R -j "$array" -o %K | grep -q . && break; sleep 0.1; done
scancel -s KILL --full "${array}_$(squeue -h -t R -j "$array" -o %K | head -1)"
wait_for
[ ! -e farm.mkv ] || { echo "merged without all tasks"; exit 1; }
scancel -u root
scripts/submit.sh
wait_for
[ -e farm.mkv ] || { cat scripts/slurm-*.out; exit 1; }
grep -h 'was done already' scripts/slurm-*.out | head -1
"$tintreel" colorize "${job[@]}" -o one.mkv
for film in farm one; do ffmpeg -nostdin -v error -i "$film.mkv" -map 0 -map -0:t -c copy -f framemd5 - | grep -v software >"$film.txt"; done
cmp farm.txt one.txt
cmp farm.framemd5 one.framemd5
echo "the film made by Slurm equals that of one run"
