package io.apexproxy.runtime.engine.linux;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The parts of {@code java.lang.foreign} that the engine needs, found by reflection, because the module is compiled for
 * Java 17. The class can be initialized with Java 22 or newer only.
 *
 * <p>The method handles have primitive types and one {@code Object}, so that a call is an {@code invokeExact} of a
 * constant, as fast as with the types of {@code java.lang.foreign}.
 */
final class Foreign {
    private static final String PACKAGE = "java.lang.foreign.";
    private static final Class<?> SEGMENT;
    private static final Class<?> LINKER_TYPE;
    private static final Class<?> OPTION;
    private static final Class<?> LAYOUT;
    private static final Class<?> DESCRIPTOR;
    private static final Object LINKER;
    private static final Object LOOKUP;
    private static final Object INT;
    private static final Object LONG;
    private static final Object CAPTURE_ERRNO;
    private static final MethodHandle OF_BUFFER;
    private static final MethodHandle ADDRESS;

    static {
        try {
            SEGMENT = Class.forName(PACKAGE + "MemorySegment");
            LINKER_TYPE = Class.forName(PACKAGE + "Linker");
            OPTION = Class.forName(PACKAGE + "Linker$Option");
            LAYOUT = Class.forName(PACKAGE + "MemoryLayout");
            DESCRIPTOR = Class.forName(PACKAGE + "FunctionDescriptor");
            LINKER = LINKER_TYPE.getMethod("nativeLinker").invoke(null);
            LOOKUP = LINKER_TYPE.getMethod("defaultLookup").invoke(LINKER);
            Class<?> values = Class.forName(PACKAGE + "ValueLayout");
            INT = values.getField("JAVA_INT").get(null);
            LONG = values.getField("JAVA_LONG").get(null);
            CAPTURE_ERRNO = OPTION.getMethod("captureCallState", String[].class)
                    .invoke(null, (Object) new String[] {"errno"});
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            OF_BUFFER = lookup.findStatic(SEGMENT, "ofBuffer", MethodType.methodType(SEGMENT, Buffer.class))
                    .asType(MethodType.methodType(Object.class, Buffer.class));
            ADDRESS = lookup.findVirtual(SEGMENT, "address", MethodType.methodType(long.class))
                    .asType(MethodType.methodType(long.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Foreign() {
    }

    /**
     * Returns a method handle for a function of the C library. Its parameters are the segment that receives errno, an
     * {@code Object}, and the parameters of the function.
     *
     * @param name the name of the function
     * @param result the type of the result, int or long
     * @param parameters the types of the parameters, each int or long
     */
    static MethodHandle function(String name, Class<?> result, Class<?>... parameters) {
        return link(name, Array.newInstance(OPTION, 1), result, parameters);
    }

    /** Like {@link #function}, for a function whose parameters from this index are variadic. */
    static MethodHandle variadicFunction(String name, int firstVariadic, Class<?> result, Class<?>... parameters) {
        try {
            Object options = Array.newInstance(OPTION, 2);
            Array.set(options, 1, OPTION.getMethod("firstVariadicArg", int.class).invoke(null, firstVariadic));
            return link(name, options, result, parameters);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static MethodHandle link(String name, Object options, Class<?> result, Class<?>... parameters) {
        try {
            Object symbol = ((Optional<?>) Class.forName(PACKAGE + "SymbolLookup").getMethod("find", String.class)
                    .invoke(LOOKUP, name)).orElseThrow();
            Object layouts = Array.newInstance(LAYOUT, parameters.length);
            for (int i = 0; i < parameters.length; i++) {
                Array.set(layouts, i, layout(parameters[i]));
            }
            Object descriptor = DESCRIPTOR.getMethod("of", LAYOUT, layouts.getClass())
                    .invoke(null, layout(result), layouts);
            Array.set(options, 0, CAPTURE_ERRNO);
            MethodHandle handle = (MethodHandle) LINKER_TYPE
                    .getMethod("downcallHandle", SEGMENT, DESCRIPTOR, options.getClass())
                    .invoke(LINKER, symbol, descriptor, options);
            return handle.asType(handle.type().changeParameterType(0, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static Object layout(Class<?> type) {
        return type == int.class ? INT : LONG;
    }

    /** Returns the memory of a direct buffer, from its position to its limit, as a segment. */
    static Object segment(Buffer direct) {
        try {
            return (Object) OF_BUFFER.invokeExact(direct);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns memory that native code has allocated, in native byte order. The caller must not use the buffer after the
     * memory is freed. Reflective, not for each call.
     */
    static ByteBuffer memory(long address, long bytes) {
        try {
            Object segment = SEGMENT.getMethod("ofAddress", long.class).invoke(null, address);
            Object sized = SEGMENT.getMethod("reinterpret", long.class).invoke(segment, bytes);
            return ((ByteBuffer) SEGMENT.getMethod("asByteBuffer").invoke(sized)).order(ByteOrder.nativeOrder());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the address of the position of a direct buffer, which must be reachable while the address is used. */
    static long address(Buffer direct) {
        try {
            return (long) ADDRESS.invokeExact((Object) OF_BUFFER.invokeExact(direct));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
