// SPDX-License-Identifier: Apache-2.0

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job that fails when its state is not what it has to be, for Flink 1.20 and 2.3.
 *
 * <p>It counts up; each key keeps the number that it saw last. Numbers come back to a key after so
 * many others as there are keys, so the one before is known: state that was lost, or is older or
 * newer than the place that the source was restored to, ends the job with "wrong state".
 *
 * <p>Arguments: name, keys, bytes of ballast a key, numbers a second, parallelism, a directory. While
 * that holds a file "hold" the job stands still, and its checkpoints with it; "fail" makes it remove
 * the file and fail. Where it is there, the job writes "first" into it once all keys came by: the
 * number that it began with.
 */
public class CountingJob {
    public static void main(String[] arguments) throws Exception {
        String name = arguments[0];
        long keys = Long.parseLong(arguments[1]);
        int ballast = Integer.parseInt(arguments[2]);
        long rate = Long.parseLong(arguments[3]);
        int parallelism = Integer.parseInt(arguments[4]);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        environment.setParallelism(parallelism);
        environment.setMaxParallelism(16);
        environment
                .fromSequence(0, Long.MAX_VALUE - 1)
                .uid("source")
                .setParallelism(1)
                .map(new Throttle(keys, rate, new File(arguments[5])))
                .returns(Types.LONG)
                .uid("throttle")
                .setParallelism(1)
                .keyBy(number -> number % keys, Types.LONG)
                .map(new Check(keys, ballast))
                .returns(Types.LONG)
                .uid("check")
                .filter(number -> false)
                .returns(Types.LONG)
                .uid("nothing")
                .print()
                .uid("sink");
        environment.execute(name);
    }

    static class Throttle implements MapFunction<Long, Long> {
        private final long keys;
        private final long every;
        private final long pause;
        private final File directory;
        private long count;
        private long first;

        Throttle(long keys, long rate, File directory) {
            this.keys = keys;
            this.every = Math.max(1, rate / 20);
            this.pause = 1000L * every / rate;
            this.directory = directory;
        }

        @Override
        public Long map(Long number) throws Exception {
            if (count++ == 0) first = number;
            if (count == keys && directory.isDirectory()) {
                Path part = Files.createTempFile(directory.toPath(), "first", null);
                Files.writeString(part, Long.toString(first));
                Files.move(part, directory.toPath().resolve("first"), REPLACE_EXISTING);
            }
            if (number % every == 0) {
                if (new File(directory, "fail").delete()) {
                    throw new IllegalStateException("asked to fail");
                }
                do Thread.sleep(pause);
                while (new File(directory, "hold").exists());
            }
            return number;
        }
    }

    static class Check extends RichMapFunction<Long, Long> {
        private final long keys;
        private final int ballast;
        private transient ValueState<Long> last;
        private transient ValueState<byte[]> weight;
        private transient Random random;

        Check(long keys, int ballast) {
            this.keys = keys;
            this.ballast = ballast;
        }

        @Override
        public Long map(Long number) throws Exception {
            if (last == null) {
                last =
                        getRuntimeContext()
                                .getState(new ValueStateDescriptor<>("last", Types.LONG));
                weight =
                        getRuntimeContext()
                                .getState(
                                        new ValueStateDescriptor<>(
                                                "weight",
                                                PrimitiveArrayTypeInfo
                                                        .BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
                random = new Random();
            }
            Long before = last.value();
            Long expected = number < keys ? null : Long.valueOf(number - keys);
            if (expected == null ? before != null : !expected.equals(before)) {
                throw new IllegalStateException(
                        "wrong state: " + number + " follows " + before + ", not " + expected);
            }
            byte[] bytes = weight.value();
            if (before != null && (bytes == null || bytes.length != ballast)) {
                throw new IllegalStateException("wrong state: the ballast is gone");
            }
            bytes = new byte[ballast];
            random.nextBytes(bytes);
            weight.update(bytes);
            last.update(number);
            return number;
        }
    }
}
