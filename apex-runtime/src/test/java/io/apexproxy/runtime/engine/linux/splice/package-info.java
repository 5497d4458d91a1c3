/** Tests of splices with each engine that has them. */
package io.apexproxy.runtime.engine.linux.splice;
