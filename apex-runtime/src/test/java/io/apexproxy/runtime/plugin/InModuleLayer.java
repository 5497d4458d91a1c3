package io.apexproxy.runtime.plugin;

import io.apexproxy.test.PluginJar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * An extension that runs test methods against the runtime as a named module, as in the distribution, although the tests
 * are on the class path.
 *
 * <p>It creates a module layer from the class path, with the API, slf4j, logback, the runtime and a {@linkplain
 * #BUILT_IN built-in} plugin. It loads a copy of the test class whose references resolve to the types of the
 * layer, and calls the method of the copy instead of the original method.
 *
 * <p>Arguments and exceptions of the test method must be types of the JDK, JUnit or AssertJ, because only they are
 * shared by both classes. The test can use public types of the runtime only, because the copy is in another module.
 */
final class InModuleLayer implements InvocationInterceptor {

    /** The module of the built-in plugin. */
    static final String BUILT_IN = "com.example.builtin";

    private static final String RUNTIME = "io.apexproxy.runtime";

    @Override
    public void interceptTestMethod(
            Invocation<Void> original, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        original.skip();
        Class<?> test = context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(ClassLoader.class, key -> copyLoader(), ClassLoader.class)
                .loadClass(call.getTargetClass().getName());
        Method copy = test.getDeclaredMethod(call.getExecutable().getName(), call.getExecutable().getParameterTypes());
        var constructor = test.getDeclaredConstructor();
        constructor.setAccessible(true);
        copy.setAccessible(true);
        try {
            copy.invoke(constructor.newInstance(), call.getArguments().toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static ClassLoader copyLoader() {
        ModuleLayer.Controller layer = layer();
        Module runtime = layer.layer().findModule(RUNTIME).orElseThrow();
        ClassLoader tests = InModuleLayer.class.getClassLoader();
        ClassLoader libraries = new ClassLoader(runtime.getClassLoader()) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                if (name.startsWith("io.apexproxy.")) {
                    throw new ClassNotFoundException(name);
                }
                return tests.loadClass(name);
            }
        };
        URL[] locations = Stream.of(InModuleLayer.class, PluginJar.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation()).toArray(URL[]::new);
        ClassLoader copies = new URLClassLoader(locations, libraries);
        runtime.getPackages().forEach(name -> layer.addExports(runtime, name, copies.getUnnamedModule()));
        return copies;
    }

    private static ModuleLayer.Controller layer() {
        Path[] classPath = ModulePath.ofTests().toArray(Path[]::new);
        ModuleFinder finder = ModuleFinder.compose(ModuleFinder.of(classPath), ModuleFinder.of(builtIn()));
        Set<String> roots = Set.of(RUNTIME, BUILT_IN, "ch.qos.logback.classic");
        ModuleLayer boot = ModuleLayer.boot();
        return ModuleLayer.defineModulesWithOneLoader(
                Configuration.resolve(finder, List.of(boot.configuration()), ModuleFinder.of(), roots),
                List.of(boot), ClassLoader.getPlatformClassLoader());
    }

    private static Path builtIn() {
        try {
            Path directory = Files.createTempDirectory("apex-builtin");
            directory.toFile().deleteOnExit(); // deleted after the jar, in the reverse order of these calls
            Path jar = PluginJar.module(BUILT_IN, "built-in-one").writeTo(directory.resolve("builtin.jar"));
            jar.toFile().deleteOnExit();
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
