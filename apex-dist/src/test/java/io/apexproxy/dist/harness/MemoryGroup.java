package io.apexproxy.dist.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A Linux control group that limits the memory of a program. It is closed after the end of the program. */
public final class MemoryGroup implements AutoCloseable {

    /** The parent directories of groups with the name of the limit file, of versions 2 and 1. */
    private static final Map<Path, String> PARENTS = Map.of(
            Path.of("/sys/fs/cgroup"), "memory.max",
            Path.of("/sys/fs/cgroup/memory"), "memory.limit_in_bytes");

    private final Path group;

    private MemoryGroup(Path group) {
        this.group = group;
    }

    /**
     * Creates a group.
     *
     * @param bytes the limit
     * @return empty if this user or system cannot create groups
     */
    public static Optional<MemoryGroup> limitedTo(long bytes) {
        return PARENTS.entrySet().stream()
                .flatMap(parent -> create(parent.getKey(), parent.getValue(), bytes).stream()).findFirst();
    }

    private static Optional<MemoryGroup> create(Path parent, String file, long bytes) {
        Path group = parent.resolve("apex-test-" + UUID.randomUUID());
        try {
            Files.createDirectory(group);
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            if (Files.exists(group.resolve(file))) {
                Files.writeString(group.resolve(file), Long.toString(bytes));
                return Optional.of(new MemoryGroup(group));
            }
            Files.delete(group);
            return Optional.empty();
        } catch (IOException e) {
            remove(group);
            return Optional.empty();
        }
    }

    /** Returns a command that runs a program in the group. The caller appends the program. */
    public List<String> command() {
        return List.of("sh", "-euc", "echo $$ > " + Namespaces.quoted(group.resolve("cgroup.procs"))
                + "\nexec \"$0\" \"$@\"");
    }

    @Override
    public void close() {
        remove(group);
    }

    /** Removes a group. A group stays busy for a moment after its last process has ended. */
    private static void remove(Path group) {
        Awaitility.await().atMost(ApexProcess.PATIENCE).ignoreException(IOException.class).until(() -> {
            Files.delete(group);
            return true;
        });
    }
}
