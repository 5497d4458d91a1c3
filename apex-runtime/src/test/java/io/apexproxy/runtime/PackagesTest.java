package io.apexproxy.runtime;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules for packages: dependencies only on lower packages, and a limited number of classes. */
class PackagesTest {

    private static final String ROOT = "io.apexproxy.runtime";
    private static final List<String> FROM_TOP_TO_BOTTOM = List.of(ROOT + ".cli", ROOT + ".cli.convert",
            ROOT + ".cli.convert.haproxy", ROOT + ".cli.convert.nginx", ROOT + ".cli.convert.draft",
            ROOT + ".cli.client",
            ROOT + ".cli.process", ROOT,
            ROOT + ".warmup",
            ROOT + ".overrides", ROOT + ".control", ROOT + ".takeover", ROOT + ".probe", ROOT + ".admin",
            ROOT + ".admin.http", ROOT + ".rates", ROOT + ".snapshot", ROOT + ".drain", ROOT + ".supervisor",
            ROOT + ".relay",
            ROOT + ".relay.accept",
            ROOT + ".relay.opening", ROOT + ".relay.connecting", ROOT + ".relay.tunnel", ROOT + ".relay.loop",
            ROOT + ".relay.record", ROOT + ".routing", ROOT + ".prologue",
            ROOT + ".engine.choice", ROOT + ".engine.linux.epoll", ROOT + ".engine.linux.uring",
            ROOT + ".engine.linux.splice", ROOT + ".engine.linux",
            ROOT + ".engine.select", ROOT + ".engine.loop",
            ROOT + ".engine.tls",
            ROOT + ".engine", ROOT + ".source", ROOT + ".pool", ROOT + ".pool.rotation", ROOT + ".pool.health",
            ROOT + ".pool.names", ROOT + ".pool.sessions",
            ROOT + ".pool.backend",
            ROOT + ".plugin",
            ROOT + ".plugin.unit", ROOT + ".limit", ROOT + ".tls.files", ROOT + ".tls", ROOT + ".protocol.proxy",
            ROOT + ".config.read", ROOT + ".config.read.pool",
            ROOT + ".config",
            ROOT + ".config.pool", ROOT + ".config.address", ROOT + ".config.tls", ROOT + ".config.tree",
            ROOT + ".certificate", ROOT + ".protocol.tls", ROOT + ".protocol.postgres", ROOT + ".protocol",
            ROOT + ".buffer", ROOT + ".stats", ROOT + ".log");
    private static final Pattern DEPENDENCY =
            Pattern.compile("(?m)^ +(" + ROOT + "[.a-z]*) +-> (" + ROOT + "[.a-z]*) ");

    /** A package with more classes should be divided. */
    private static final int MAX_CLASSES = 20;
    private static final Pattern TOP_LEVEL_CLASS = Pattern.compile("[A-Za-z0-9]+\\.class");

    @TempDir
    private Path copies;

    @Test
    void packagesDependOnlyOnLowerPackages() throws IOException {
        List<Dependency> dependencies = dependencies();

        assertThat(dependencies).hasSizeGreaterThan(FROM_TOP_TO_BOTTOM.size()); // else the format of jdeps has changed
        assertThat(dependencies).extracting(Dependency::from).isSubsetOf(FROM_TOP_TO_BOTTOM);
        assertThat(dependencies)
                .filteredOn(dependency -> position(dependency.from()) >= position(dependency.to())).isEmpty();
    }

    @Test
    void packagesHaveFewClasses() throws IOException {
        Map<String, Long> classes = classesByPackage();

        assertThat(classes).containsOnlyKeys(FROM_TOP_TO_BOTTOM);
        assertThat(classes.entrySet()).filteredOn(each -> each.getValue() > MAX_CLASSES).isEmpty();
    }

    /** Counts top-level classes. Names of nested classes contain a dollar sign, package-info a hyphen. */
    private static Map<String, Long> classesByPackage() throws IOException {
        Path classes = classes();
        try (Stream<Path> files = Files.walk(classes.resolve(ROOT.replace('.', '/')))) {
            return files.filter(file -> TOP_LEVEL_CLASS.matcher(file.getFileName().toString()).matches())
                    .map(file -> classes.relativize(file.getParent()).toString().replace(File.separatorChar, '.'))
                    .collect(groupingBy(Function.identity(), counting()));
        }
    }

    private record Dependency(String from, String to) {
        private static Dependency of(MatchResult match) {
            return new Dependency(match.group(1), match.group(2));
        }
    }

    private static int position(String name) {
        return FROM_TOP_TO_BOTTOM.indexOf(name);
    }

    private List<Dependency> dependencies() throws IOException {
        StringWriter out = new StringWriter();
        int status = ToolProvider.findFirst("jdeps").orElseThrow().run(new PrintWriter(out), new PrintWriter(out),
                "-verbose:package", "-filter:none", "--ignore-missing-deps", withoutDescriptor().toString());
        assertThat(status).as(out.toString()).isZero();
        return DEPENDENCY.matcher(out.toString()).results().map(Dependency::of)
                .filter(dependency -> !dependency.from().equals(dependency.to())).toList();
    }

    /** Copies the classes, because with a module descriptor jdeps needs all required modules. */
    private Path withoutDescriptor() throws IOException {
        Path classes = classes();
        try (Stream<Path> files = Files.walk(classes.resolve(ROOT.replace('.', '/')))) {
            for (Path file : files.toList()) {
                Path copy = copies.resolve(classes.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return copies;
    }

    private static Path classes() {
        URL location = ApexProxy.class.getProtectionDomain().getCodeSource().getLocation();
        return Path.of(URI.create(location.toString()));
    }
}
