package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.dist.harness.DistributionFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Compares the documents with the proxy and with each other. */
@DisabledOnOs(OS.WINDOWS)
class DocumentationIT extends DistributionFixture {

    private static final Pattern KNOWN_KEYS = Pattern.compile(
            "(?:\\d+:\\d+: )(\\S+: )?unknown key '\\w+'; known keys: (.*)");
    private static final Pattern HEADING = Pattern.compile("^(?:## (.*)|(.* a table:))$");
    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\|.*");

    private static final String DIST = "apex-dist/src/main/";

    /** The message about an unknown key lists the known keys of its table. */
    @Test
    void documentedKeysAreThoseThatApexReads() throws IOException {
        apex.configure("""
                nonsense_nonsense = 1
                [admin]
                listen_addr = "127.0.0.1:0"
                nonsense_nonsense = 1
                [listeners.web]
                listen_addr = "127.0.0.1:0"
                pool = "web"
                proxy_protocol = { from = ["unix:"], nonsense_nonsense = 1 }
                per_client = { nonsense_nonsense = 1 }
                routes = [{ pool = "web", nonsense_nonsense = 1 }]
                tls = { certificates = [{ nonsense_nonsense = 1 }], nonsense_nonsense = 1 }
                nonsense_nonsense = 1
                [pools.web]
                backends = [{ address = "127.0.0.1:9000", nonsense_nonsense = 1 }]
                tls = { nonsense_nonsense = 1 }
                rebalance = { nonsense_nonsense = 1 }
                nonsense_nonsense = 1
                [pools.web.health_check]
                nonsense_nonsense = 1
                """);
        Map<String, Set<String>> known = new HashMap<>();
        try (var check = apex.start("check")) {
            check.errors().lines().map(KNOWN_KEYS::matcher).filter(Matcher::find).forEach(found -> known.put(
                    found.group(1) == null ? "" : found.group(1), sorted(Stream.of(found.group(2).split(", ")))));
        }
        Map<String, Set<String>> documented = documented();

        assertThat(known).hasSize(13);
        assertThat(union(documented, "The short form", "The process")).isEqualTo(known.get(""));
        assertThat(documented.get("`[admin]`")).isEqualTo(known.get("admin: "));
        assertThat(documented.get("`[listeners.NAME]`")).isEqualTo(known.get("listeners.web: "));
        assertThat(documented.get("`proxy_protocol` is a table:"))
                .isEqualTo(known.get("listeners.web.proxy_protocol: "));
        assertThat(documented.get("`per_client` is a table:")).isEqualTo(known.get("listeners.web.per_client: "));
        assertThat(documented.get("A route is a table:")).isEqualTo(known.get("listeners.web.routes[0]: "));
        assertThat(documented.get("`[listeners.NAME.tls]` is a table:"))
                .isEqualTo(known.get("listeners.web.tls: "));
        assertThat(documented.get("A certificate is a table:"))
                .isEqualTo(known.get("listeners.web.tls.certificates[0]: "));
        assertThat(documented.get("`[pools.NAME]`")).isEqualTo(known.get("pools.web: "));
        assertThat(documented.get("`[pools.NAME.tls]` is a table:")).isEqualTo(known.get("pools.web.tls: "));
        assertThat(documented.get("`rebalance` is a table:")).isEqualTo(known.get("pools.web.rebalance: "));
        assertThat(documented.get("A backend is an address, or a table:"))
                .isEqualTo(known.get("pools.web.backends[0]: "));
        assertThat(documented.get("`[pools.NAME.health_check]`")).isEqualTo(known.get("pools.web.health_check: "));
    }

    @Test
    void counterpartsOfOtherProxiesAreDocumentedKeys() throws IOException {
        Set<String> keys = documented().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        String tables = document("tasks/move-from-haproxy-or-nginx.md")
                .replaceFirst("(?s).*## From HAProxy", "").replaceFirst("(?s)## What has no counterpart.*", "");

        assertThat(tables.lines().filter(line -> line.startsWith("| ")).map(line -> Documents.cells(line).get(1))
                .flatMap(apex -> Pattern.compile("`(\\w+_\\w+)").matcher(apex).results()).map(key -> key.group(1)))
                .hasSizeGreaterThan(20).isSubsetOf(keys);
    }

    @Test
    void examplesOfTheConfigurationHaveNoMistake() throws IOException {
        List<String> examples = Pattern.compile("```toml\\n(.*?)```", Pattern.DOTALL)
                .matcher(document("configuration.md")).results()
                .map((MatchResult example) -> example.group(1)).toList();
        writeFilesOfExamples();
        apex.activate("apex-source-documents");

        assertThat(examples).hasSizeGreaterThan(1).allSatisfy(this::assertNoMistake);
    }

    /** Removes the comment signs from the settings; the short form and the full form exclude each other. */
    @Test
    void shippedConfigurationHasNoMistakeInItsComments() throws IOException {
        String shipped = Files.readString(apex.home().resolve("conf/config.toml"));
        int full = shipped.indexOf("# [listeners.web]");
        String process = shipped.substring(0, full).lines()
                .map(line -> line.replaceFirst("^# (?=\\w+ = |\\[)", "")).collect(Collectors.joining("\n"));
        String tables = shipped.substring(full).lines()
                .map(line -> line.replaceFirst("^# ?", "")).collect(Collectors.joining("\n"))
                .replace("or { provider", "# or { provider");

        assertThat(process).contains("\nthreads = ", "\naccess_log = ");
        assertNoMistake(process);
        assertNoMistake(tables);
    }

    @Test
    void everyCauseAndEveryExitStatusIsDocumented() throws IOException {
        String log = document("log.md");
        String task = document("tasks/find-the-cause.md");

        assertThat(document("operations.md")).contains("| 0 |", "| 1 |", "| 2 |", "| 78 |");
        assertThat(Stream.of("client-closed", "backend-closed", "client-reset", "backend-reset", "idle-timeout",
                "half-closed-timeout", "connect-failed", "connect-timeout", "no-backend", "backends-full",
                "queue-timeout", "queue-full", "maintenance", "closed-by-operator",
                "backend-down", "backend-removed", "max-connection-age", "rebalanced", "drained", "shutdown", "denied",
                "client-limit", "client-rate", "listener-rate",
                "proxy-header", "first-bytes-timeout", "hello", "no-route",
                "route-refused", "router", "forwarding-loop", "local-failure", "internal-error"))
                .allSatisfy(cause -> {
                    assertThat(log).contains("| `" + cause + "` |");
                    assertThat(task).contains("`" + cause + "`");
                });
    }

    /** Checks the documents in the sources, where they are read most. */
    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        List<Path> documents = Stream
                .of(Stream.of(Documents.README), Documents.files(Documents.SOURCES.resolve(DIST), ".md"),
                        Documents.files(Documents.SOURCES.resolve(".github"), ".md"))
                .flatMap(Function.identity()).toList();

        assertThat(documents).hasSizeGreaterThan(15).allSatisfy(document -> {
            for (MatchResult link : Documents.LINK.matcher(Files.readString(document)).results().toList()) {
                if (!link.group(2).matches("https?:.*")) {
                    String[] target = link.group(2).split("#", 2);
                    Path file = target[0].isEmpty() ? document : document.resolveSibling(target[0]);
                    assertThat(file).as(link.group()).exists();
                    if (target.length > 1) {
                        assertThat(headings(file)).as(link.group()).contains(target[1]);
                    }
                }
            }
        });
    }

    /** Writes the files that examples name. Apex warns of a key that other users can read. */
    private void writeFilesOfExamples() throws IOException {
        Path certificates =
                Documents.SOURCES.resolve("apex-runtime/src/test/resources/io/apexproxy/runtime/certificate");
        Map<String, String> files = Map.of("web.pem", "ec.pem", "web.key", "ec.key", "ca.pem", "rsa.pem");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path copy = Files.copy(certificates.resolve(file.getValue()),
                    apex.workingDirectory().resolve(file.getKey()));
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private void assertNoMistake(String toml) {
        try (var check = apex.configure(toml).start("check")) {
            assertThat(check.errors()).as(toml).isEmpty();
            assertThat(check.exitStatus()).isZero();
        }
    }

    /** Returns the keys in the tables of the document, by the heading above them. */
    private Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> keys = new HashMap<>();
        String heading = "";
        for (String line : document("configuration.md").lines().toList()) {
            Matcher headingLine = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (headingLine.matches()) {
                heading = headingLine.group(1) == null ? headingLine.group(2) : headingLine.group(1);
            } else if (row.matches()) {
                keys.computeIfAbsent(heading, title -> new TreeSet<>()).add(row.group(1));
            }
        }
        return keys;
    }

    private String document(String name) throws IOException {
        return Files.readString(apex.home().resolve("docs").resolve(name));
    }

    /** Returns the headings as the anchors of links: lower case, hyphens for spaces, no other signs. */
    private static List<String> headings(Path document) throws IOException {
        return Files.readAllLines(document).stream().filter(line -> line.matches("#+ .*"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "").replace(' ', '-'))
                .toList();
    }

    private static Set<String> union(Map<String, Set<String>> keys, String one, String other) {
        return sorted(Stream.of(one, other).flatMap(heading -> keys.get(heading).stream()));
    }

    private static Set<String> sorted(Stream<String> keys) {
        return keys.collect(Collectors.toCollection(TreeSet::new));
    }
}
