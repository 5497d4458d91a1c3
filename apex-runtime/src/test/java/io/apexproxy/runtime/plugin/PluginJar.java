package io.apexproxy.runtime.plugin;

import io.apexproxy.api.Provider;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.slf4j.Logger;

/** A builder of plugin jars. The plugin is a load balancer with the class {@code Plugin} in the given package. */
final class PluginJar {

    /** The module of the built-in plugin. */
    static final String BUILT_IN = "com.example.builtin";

    private static final String SERVICE = "io.apexproxy.api.balance.LoadBalancerProvider";

    private final String packageName;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private final Manifest manifest = new Manifest();
    private final List<Path> libraries = new ArrayList<>();
    private final List<String> removed = new ArrayList<>();
    private Path api = location(Provider.class);
    private boolean copyOfApi;
    private int classFileVersion;

    private PluginJar(String packageName) {
        this.packageName = packageName;
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    }

    /** Returns a plugin with a module descriptor. The module has the name of the package. */
    static PluginJar module(String packageName, String providerName) {
        return empty(packageName).provider(providerName, "").requires("");
    }

    /** Returns a plugin with a file in {@code META-INF/services} and without a module descriptor. */
    static PluginJar classPath(String packageName, String providerName) {
        return empty(packageName).provider(providerName, "")
                .file("META-INF/services/" + SERVICE, packageName + ".Plugin");
    }

    /** Returns an empty jar. */
    static PluginJar empty(String packageName) {
        return new PluginJar(packageName);
    }

    /** Returns a module with a class {@code Library} whose method {@code version()} returns the version. */
    static PluginJar library(String packageName, String version) {
        return empty(packageName)
                .source("Library", "public class Library { public static String version() { return \"%s\"; } }"
                        .formatted(version))
                .source("module-info", "module " + packageName + " { exports " + packageName + "; }");
    }

    /** Writes the built-in plugin. */
    static Path builtIn() {
        try {
            Path directory = Files.createTempDirectory("apex-builtin");
            directory.toFile().deleteOnExit(); // deleted after the jar, in the reverse order of these calls
            Path jar = module(BUILT_IN, "built-in-one").writeTo(directory.resolve("builtin.jar"));
            jar.toFile().deleteOnExit();
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the provider by a provider with more members, such as {@code description()}. */
    PluginJar provider(String providerName, String members) {
        return source("Plugin", """
                import io.apexproxy.api.*;
                import io.apexproxy.api.balance.*;
                public class Plugin implements LoadBalancerProvider {
                    %s
                    public String name() { return "%s"; }
                    public LoadBalancer create(Settings settings, PluginContext context) {
                        return healthy -> connection -> healthy.get(0);
                    }
                }
                """.formatted(members, providerName));
    }

    /** Replaces the descriptor by a descriptor with more directives, such as {@code requires java.net.http;}. */
    PluginJar requires(String directives) {
        return source("module-info", "module %s { requires io.apexproxy.api; %s provides %s with %s; }"
                .formatted(packageName, directives, SERVICE, packageName + ".Plugin"));
    }

    PluginJar source(String className, String text) {
        sources.put(className, text);
        return this;
    }

    PluginJar file(String name, String text) {
        files.put(name, text);
        return this;
    }

    PluginJar manifest(String attribute, String value) {
        manifest.getMainAttributes().putValue(attribute, value);
        return this;
    }

    /** Adds jars to the compile path, but not to this jar. */
    PluginJar against(Path... jars) {
        libraries.addAll(List.of(jars));
        return this;
    }

    /** Compiles against the same API in another version. */
    PluginJar againstApi(String version, Path workDirectory) throws IOException {
        Path classes = copyApi(Files.createTempDirectory(workDirectory, "api"), true);
        api = workDirectory.resolve("apex-api-" + version + ".jar");
        run("jar", "--create", "--file", api.toString(), "--module-version", version, "-C", classes.toString(), ".");
        return this;
    }

    /** Adds a copy of the API to the jar. */
    PluginJar withCopyOfApi() {
        copyOfApi = true;
        return this;
    }

    /** Omits a compiled class from the jar. */
    PluginJar without(String className) {
        removed.add(className + ".class");
        return this;
    }

    /** Sets the major version in the class files, except in the descriptor. */
    PluginJar classFileVersion(int major) {
        classFileVersion = major;
        return this;
    }

    /** Compiles and writes the jar. */
    Path writeTo(Path jar) throws IOException {
        Files.createDirectories(jar.getParent());
        Path work = Files.createTempDirectory("apex");
        try {
            Path classes = Files.createDirectory(work.resolve("classes"));
            compile(work, classes);
            if (copyOfApi) {
                copyApi(classes, false);
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.createDirectories(classes.resolve(file.getKey()).getParent());
                Files.writeString(classes.resolve(file.getKey()), file.getValue());
            }
            pack(classes, jar);
        } finally {
            delete(work);
        }
        return jar;
    }

    private void compile(Path work, Path classes) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-d", classes.toString()));
        List<Path> path = new ArrayList<>(List.of(api, location(Logger.class)));
        path.addAll(libraries);
        arguments.add(sources.containsKey("module-info") ? "--module-path" : "--class-path");
        arguments.add(String.join(File.pathSeparator, path.stream().map(Path::toString).toList()));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = work.resolve(source.getKey() + ".java");
            String header = source.getKey().equals("module-info") ? "" : "package " + packageName + "; ";
            Files.writeString(file, header + source.getValue());
            arguments.add(file.toString());
        }
        if (!sources.isEmpty()) {
            run("javac", arguments.toArray(String[]::new));
        }
    }

    private void pack(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> walk = Files.walk(classes)) {
            for (Path file : walk.filter(Files::isRegularFile).sorted().toList()) {
                if (!removed.contains(file.getFileName().toString())) {
                    entries.putNextEntry(new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                    entries.write(content(file));
                }
            }
        }
    }

    private byte[] content(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (classFileVersion > 0 && file.toString().endsWith(".class") && !file.endsWith("module-info.class")) {
            content[7] = (byte) classFileVersion; // the low byte of the major version
        }
        return content;
    }

    private static Path copyApi(Path target, boolean withDescriptor) throws IOException {
        Path source = location(Provider.class);
        if (Files.isDirectory(source)) {
            copy(source, target, withDescriptor);
        } else {
            try (var jar = FileSystems.newFileSystem(source)) {
                copy(jar.getPath("/"), target, withDescriptor);
            }
        }
        return target;
    }

    private static void copy(Path source, Path target, boolean withDescriptor) throws IOException {
        try (Stream<Path> walk = Files.walk(source)) {
            for (Path file : walk.filter(file -> file.toString().endsWith(".class")).toList()) {
                if (withDescriptor || !file.endsWith("module-info.class")) {
                    Path copy = target.resolve(source.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String tool, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        if (ToolProvider.findFirst(tool).orElseThrow().run(printer, printer, arguments) != 0) {
            throw new IllegalStateException(tool + " " + Arrays.toString(arguments) + "\n" + output);
        }
    }
}
