// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.apache.flink.runtime.checkpoint.Checkpoints;

/**
 * Reads the "_metadata" of every directory in one by Flink's own reader, in one virtual machine: first until it is warm,
 * then so many times, and prints the median of the CPU time of a pass of this thread.
 */
public class FlinkReader {
    private static final double WARM_UP_SECONDS = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static double cpuTime() {
        return THREADS.getCurrentThreadCpuTime() / 1e9;
    }

    private static int pass(File[] snapshots) throws Exception {
        int operators = 0;
        for (File snapshot : snapshots) {
            File file = new File(snapshot, "_metadata");
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(new FileInputStream(file)))) {
                operators +=
                        Checkpoints.loadCheckpointMetadata(
                                        in, FlinkReader.class.getClassLoader(), "file:" + snapshot)
                                .getOperatorStates()
                                .size();
            }
        }
        return operators;
    }

    public static void main(String[] words) throws Exception {
        File[] snapshots = new File(words[0]).listFiles();
        double[] times = new double[Integer.parseInt(words[1])];
        int operators = 0;
        int warm = 0;
        for (double start = cpuTime(); cpuTime() - start < WARM_UP_SECONDS; warm++) {
            operators = pass(snapshots);
        }
        for (int number = 0; number < times.length; number++) {
            double start = cpuTime();
            operators = pass(snapshots);
            times[number] = cpuTime() - start;
        }
        Arrays.sort(times);
        Runtime memory = Runtime.getRuntime();
        System.out.printf(
                "{\"seconds\": %.9f, \"files\": %d, \"operators\": %d, \"warmUp\": %d, \"peakMiB\": %d}%n",
                times[times.length / 2], snapshots.length, operators, warm, memory.totalMemory() >> 20);
    }
}
