package io.apexproxy.dist.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/** A copy of the unpacked distribution for one test, and an empty working directory next to it. */
public final class Distribution {

    /** The system property with the key {@code engine} of each configuration; by default, they have no such key. */
    public static final String ENGINE = "apex.test.engine";

    /** The directory for temporary files, a sibling of the copy. */
    public static final String TEMPORARY = "tmp";

    /** The tag of tests that run without others at the same time, because they make much load. */
    public static final String ALONE = "alone";

    /** The target directory of this module, in which Maven and IDEs run the tests. */
    private static final Path TARGET = Path.of("target").toAbsolutePath();

    private final Path home;
    private final Path workingDirectory;

    private Distribution(Path home, Path workingDirectory) {
        this.home = home;
        this.workingDirectory = workingDirectory;
    }

    /**
     * Copies the distribution into a directory with a space in its name, which detects missing quotes in scripts.
     *
     * <p>Two options are added. Without the second compiler, a process that lives for seconds takes a third less of the
     * processor. With a directory for temporary files of its own, commands find only the processes of this copy.
     */
    public static Distribution copiedTo(Path directory) {
        Distribution copy = copiedTo(directory, "apex with a space");
        copy.addJvmOption("-XX:TieredStopAtLevel=1");
        try {
            copy.setTemporaryDirectory(Files.createDirectory(directory.resolve(TEMPORARY)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    public static Distribution copiedTo(Path directory, String name) {
        try {
            Path home = directory.resolve(name);
            copy(built(), home);
            return new Distribution(home, Files.createDirectory(directory.resolve("working directory")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the distribution that the build has unpacked. */
    public static Path built() {
        return TARGET.resolve("apex");
    }

    /** Returns an archive that the build has packed. */
    public static Path archive(String suffix) {
        return TARGET.resolve("apex-0.2.0-SNAPSHOT" + suffix);
    }

    public Path home() {
        return home;
    }

    public Path script() {
        return home.resolve("bin/apex");
    }

    public Path workingDirectory() {
        return workingDirectory;
    }

    /** Returns the configuration file that the script uses by default. */
    public Path configFile() {
        return workingDirectory.resolve("config.toml");
    }

    /**
     * Replaces the configuration file atomically by a rename.
     *
     * <p>A file that is written in place is empty for a moment, and a running proxy can read it in that state.
     */
    public Distribution configure(String toml) {
        try {
            String engine = System.getProperty(ENGINE);
            Path aside = Files.writeString(configFile().resolveSibling("config.toml.new"),
                    engine == null ? toml : "engine = \"" + engine + "\"\n" + toml);
            Files.move(aside, configFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a plugin of {@code contrib/}, a file or a directory, into {@code plugins/}. */
    public void activate(String unit) {
        try {
            copy(home.resolve("contrib").resolve(unit), home.resolve("plugins").resolve(unit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void setTemporaryDirectory(Path directory) {
        addJvmOption("\"-Djava.io.tmpdir=" + directory + '"');
    }

    /** Adds an option of the JVM to those in the file of the copy. */
    public void addJvmOption(String option) {
        try {
            Files.writeString(home.resolve("conf/jvm.options"), option + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ApexProcess start(String... arguments) {
        return command(arguments).start();
    }

    public ApexProcess.Builder command(String... arguments) {
        return new ApexProcess.Builder(Stream.concat(Stream.of(script().toString()), Stream.of(arguments)).toList())
                .directory(workingDirectory);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
