// SPDX-License-Identifier: Apache-2.0

import java.io.FileNotFoundException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Moves the times of all that lies below some paths, and their own, without changing what lies
 * between them; the shell's {@code -touch} knows whole seconds only. What vanishes is passed over.
 *
 * <p>Arguments: by how many days, back with a minus; the paths.
 */
public class MoveTimes {
    public static void main(String[] arguments) throws Exception {
        long shift = Long.parseLong(arguments[0]) * 86_400_000L;
        for (int index = 1; index < arguments.length; index++) {
            Path path = new Path(arguments[index]);
            FileSystem files = path.getFileSystem(new Configuration());
            move(files, files.getFileStatus(path), shift);
        }
    }

    private static void move(FileSystem files, FileStatus status, long shift) throws Exception {
        try {
            if (status.isDirectory()) {
                for (FileStatus each : files.listStatus(status.getPath())) {
                    move(files, each, shift);
                }
            }
            files.setTimes(status.getPath(), status.getModificationTime() + shift, -1);
        } catch (FileNotFoundException gone) {
            // Flink removes what it no longer needs.
        }
    }
}
