package io.apexproxy.runtime.tls.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The attributes of files: file key (the inode), size and modification time. All links are followed, so each way to
 * replace a file changes one of them.
 *
 * @param files the attributes, in the order of the files
 */
record FileStamps(List<Stamp> files) {

    /** The resolution of modification times: up to 10 ms on Linux, 2 s on FAT. */
    private static final Duration COARSEST_FILE_TIME = Duration.ofSeconds(2);

    /**
     * The attributes of a file.
     *
     * @param key the file key; the text of the failure if the attributes cannot be read
     * @param size the size in bytes
     * @param modified the modification time
     * @param isSpecial whether a read can block: a pipe or a device
     */
    record Stamp(Optional<Object> key, long size, FileTime modified, boolean isSpecial) {
    }

    /** Reads the attributes. Blocks. */
    static FileStamps of(List<Path> files) {
        return new FileStamps(files.stream().map(FileStamps::stamp).toList());
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(Optional.ofNullable(attributes.fileKey()), attributes.size(),
                    attributes.lastModifiedTime(), attributes.isOther());
        } catch (IOException e) {
            return new Stamp(Optional.of(e.toString()), 0, FileTime.fromMillis(0), false);
        }
    }

    /** Returns whether a file changed so recently that a further change can leave its attributes the same. */
    boolean areYoung(Instant now) {
        return files.stream().map(file -> Duration.between(file.modified().toInstant(), now).abs())
                .anyMatch(age -> age.compareTo(COARSEST_FILE_TIME) < 0);
    }

    /** Returns whether a file is a pipe or a device, which can be read only once. */
    boolean haveSpecial() {
        return files.stream().anyMatch(Stamp::isSpecial);
    }
}
