/** Tests of the classes that all engines share. */
package io.apexproxy.runtime.engine;
