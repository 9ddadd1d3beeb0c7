// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Copies a local tree of very many small files, a directory at a time and many at once: the shell's
 * {@code -put} takes minutes for a hundred thousand.
 *
 * <p>Arguments: the local directory, and where its contents are to lie.
 */
public class PutTree {
    public static void main(String[] arguments) throws Exception {
        java.nio.file.Path top = Paths.get(arguments[0]);
        Path target = new Path(arguments[1]);
        FileSystem files = target.getFileSystem(new Configuration());
        List<java.nio.file.Path> directories;
        try (var found = Files.walk(top)) {
            directories = found.filter(Files::isDirectory).collect(Collectors.toList());
        }
        ExecutorService pool = Executors.newFixedThreadPool(16);
        List<Future<?>> tasks = directories.stream()
            .<Future<?>>map(each -> pool.submit(() -> put(top, each, target, files)))
            .collect(Collectors.toList());
        for (Future<?> task : tasks) {
            task.get();
        }
        pool.shutdown();
    }

    private static void put(
            java.nio.file.Path top, java.nio.file.Path from, Path target, FileSystem files) {
        Path into = from.equals(top) ? target : new Path(target, top.relativize(from).toString());
        try (var found = Files.list(from)) {
            files.mkdirs(into);
            for (java.nio.file.Path each : found.filter(Files::isRegularFile).toList()) {
                Path path = new Path(into, each.getFileName().toString());
                try (OutputStream out = files.create(path, false)) {
                    Files.copy(each, out);
                }
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
