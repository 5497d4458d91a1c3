package io.apexproxy.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apexproxy.dist.harness.BashSession;
import io.apexproxy.dist.harness.CodeBlocks;
import io.apexproxy.dist.harness.DistributionFixture;
import io.apexproxy.dist.harness.Http;
import io.apexproxy.dist.harness.HttpBackend;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Copies, builds and installs the project of {@code contrib/example-plugin} by the commands of its README. */
@DisabledOnOs(OS.WINDOWS)
class ExamplePluginIT extends DistributionFixture {

    private Path project;
    private CodeBlocks readme;

    @BeforeEach
    void findProject() {
        project = apex.home().resolve("contrib/example-plugin");
        readme = CodeBlocks.in(project.resolve("README.md"));
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void copiedProjectBuildsWithItsTestsAndItsPluginPicksTheZone() throws IOException {
        assumeTrue(Programs.areInstalled("bash", "mvn"), "bash or mvn is not installed");
        runDocumentedCommands();

        assertThat(directory.resolve("my-plugin/target/surefire-reports/TEST-com.example.zone.ZoneTest.xml")).content()
                .contains("\"backendsOfTheZoneArePickedWhileEnoughAreHealthy\"", "\"backendsReceiveSharesByWeight\"")
                .doesNotContain("<skipped");
        int web = FreePorts.next();
        try (var near = HttpBackend.started(); var far = HttpBackend.started()) {
            String config = "[listeners.web]\nlisten_addr = \"127.0.0.1:" + web + "\"\npool = \"web\"\n"
                    + readme.written("toml").get(0).replace("127.0.0.1:9000", near.address())
                            .replace("127.0.0.1:9001", far.address());
            assertThat(mistakesOf(config.replace("\"a-\"", "\"\"")))
                    .contains("load_balancer.prefix: expected the first characters of names, found ''");
            apex.configure(config);
            try (var proxy = apex.start()) {
                proxy.awaitLine("Loaded load balancer 'zone' (plugins/zone-1.0.jar)");
                proxy.awaitLine("Proxy listening on 127.0.0.1:" + web);
                Http.awaitAnswers(web, near.address());
                assertThat(Stream.generate(() -> Http.get(web).orElseThrow()).limit(6)).containsOnly(near.address());

                near.stop();

                Http.awaitAnswers(web, far.address());
            }
        }
    }

    /** Maven runs without a network, and without the local repository of the build, which can contain apex-api. */
    private void runDocumentedCommands() throws IOException {
        Path settings = Files.writeString(directory.resolve("settings.xml"), settings());
        String maven = "MAVEN_OPTS=-XX:TieredStopAtLevel=1 mvn --batch-mode --settings %1$s --global-settings %1$s "
                .formatted(settings) + "-Dmaven.repo.local=" + directory.resolve("local-repository") + " ";
        try (var bash = BashSession.start(List.of(), apex.home(), directory)) {
            for (String command : readme.written("sh").get(0).lines().toList()) {
                // without its own input, Maven would read the next commands of the session
                assertThat(bash.run(command.replaceFirst("^mvn ", maven) + " < /dev/null && echo succeeded"))
                        .endsWith("succeeded").doesNotContain("[WARNING]");
            }
        }
    }

    /** Returns settings that replace Maven Central by what the build that runs this test has downloaded. */
    private static String settings() {
        Path downloaded = Path.of(System.getProperty("localRepository", // set by Maven
                System.getProperty("user.home") + "/.m2/repository"));
        String central = """
                <id>central</id>
                <url>%s</url>
                <releases><checksumPolicy>ignore</checksumPolicy></releases>
                """.formatted(downloaded.toUri());
        return """
                <settings>
                  <profiles>
                    <profile>
                      <id>downloaded</id>
                      <repositories><repository>%1$s</repository></repositories>
                      <pluginRepositories><pluginRepository>%1$s</pluginRepository></pluginRepositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>downloaded</activeProfile></activeProfiles>
                </settings>
                """.formatted(central);
    }

    private String mistakesOf(String config) {
        try (var check = apex.configure(config).start("check")) {
            return check.errors();
        }
    }

    @Test
    void projectHasTheVersionsOfThisBuild() throws Exception {
        Document pom = xml(project.resolve("pom.xml"));
        Document parent = xml(Path.of("../pom.xml"));

        assertThat(text(pom, "//apex.version")).isEqualTo(text(parent, "/project/version"));
        for (String library : List.of("junit", "assertj", "awaitility")) {
            assertThat(text(pom, "//dependency[contains(artifactId, '" + library + "')]/version")).as(library)
                    .isEqualTo(text(parent, "//" + library + ".version"));
        }
        NodeList plugins = pom.getElementsByTagName("plugin");
        assertThat(plugins.getLength()).isPositive();
        for (int i = 0; i < plugins.getLength(); i++) {
            String name = text((Element) plugins.item(i), "artifactId");
            assertThat(text((Element) plugins.item(i), "version")).as(name)
                    .isEqualTo(text(parent, "//pluginManagement//plugin[artifactId='" + name + "']/version"));
        }
    }

    @Test
    void pageShowsTheFilesAndCommandsOfTheProject() throws IOException {
        CodeBlocks page = CodeBlocks.in(apex.home().resolve("docs/tasks/write-a-load-balancer.md"));
        assertThat(page.written("sh")).contains(readme.written("sh").get(0));
        assertThat(page.file("config.toml")).endsWith(readme.written("toml").get(0));
        page.write("example-plugin/", directory);
        try (Stream<Path> shown = Files.walk(directory.resolve("example-plugin"))) {
            assertThat(shown.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(file -> assertThat(file)
                    .hasSameTextualContentAs(project.resolve(directory.resolve("example-plugin").relativize(file))));
        }
    }

    private static Document xml(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static String text(Object item, String path) throws Exception {
        return XPathFactory.newInstance().newXPath().evaluate(path, item);
    }
}
