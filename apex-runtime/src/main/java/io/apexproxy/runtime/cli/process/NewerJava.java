package io.apexproxy.runtime.cli.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches the usual places for a newer Java if the one in use is too old for the Linux engine.
 *
 * <p>The search reads the file {@code release} of a limited number of directories and starts no process.
 */
public final class NewerJava {

    private static final Logger LOG = LoggerFactory.getLogger("apex");
    /** The first Java with {@code java.lang.foreign}. */
    private static final int NEEDED = 22;
    private static final List<Path> PLACES = List.of(Path.of("/usr/lib/jvm"), Path.of("/opt"), Path.of("/usr/java"));
    /** Directories of a place that are examined. */
    private static final int MAX_DIRECTORIES = 100;
    private static final String VERSION = "JAVA_VERSION=";

    private NewerJava() {
    }

    /** Logs the newest Java that enables the Linux engine. Does nothing where the Java in use enables it. */
    public static void log() {
        boolean linux = System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64");
        if (linux && Runtime.version().feature() < NEEDED) {
            newest(PLACES).ifPresent(found -> LOG.info("Java {} in {} is newer than the Java of this process: a newer "
                    + "Java enables the Linux engine; set JAVA_HOME to use it", found.version(), found.home()));
        }
    }

    /** Returns the newest Java in the places that enables the Linux engine. */
    static Optional<Installation> newest(List<Path> places) {
        List<Installation> found = new ArrayList<>();
        for (Path place : places) {
            try (DirectoryStream<Path> homes = Files.newDirectoryStream(place)) {
                int examined = 0;
                for (Path home : homes) {
                    if (++examined > MAX_DIRECTORIES) {
                        break;
                    }
                    Installation.of(home).filter(java -> java.version().feature() >= NEEDED).ifPresent(found::add);
                }
            } catch (IOException | SecurityException e) {
                LOG.trace("no Java sought in {}", place, e);
            }
        }
        return found.stream().max(Comparator.comparing(Installation::version));
    }

    /** A Java that is installed. */
    record Installation(Path home, Runtime.Version version) {

        /** Returns the Java in a directory; empty if there is none. */
        static Optional<Installation> of(Path home) {
            if (!Files.isExecutable(home.resolve("bin/java"))) {
                return Optional.empty();
            }
            try (var lines = Files.lines(home.resolve("release"))) {
                return lines.filter(line -> line.startsWith(VERSION)).findFirst()
                        .map(line -> new Installation(home, Runtime.Version.parse(
                                line.substring(VERSION.length()).replace("\"", ""))));
            } catch (IOException | RuntimeException e) { // unreadable, not text, or an old form such as 1.8.0
                LOG.trace("no version of the Java in {}", home, e);
                return Optional.empty();
            }
        }
    }
}
