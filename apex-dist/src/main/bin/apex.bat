@echo off
rem Starts Apex. "apex --help" explains its use.
rem
rem JAVA_HOME          the Java installation; default: the java of the PATH
rem JDK_JAVA_OPTIONS   JVM options, which java reads before those of conf\jvm.options
setlocal

for %%I in ("%~dp0..") do set "HOME_DIRECTORY=%%~fI"
set "OPTIONS_FILE="
if exist "%HOME_DIRECTORY%\conf\jvm.options" set OPTIONS_FILE="@%HOME_DIRECTORY%\conf\jvm.options"

if not defined JAVA_HOME goto java_of_path
set "JAVA=%JAVA_HOME%\bin\java.exe"
if exist "%JAVA%" goto java_found
echo apex: JAVA_HOME is '%JAVA_HOME%', which has no bin\java.exe: set it to a Java 17 or newer, or unset it to use the java of the PATH>&2
exit /b 1

:java_of_path
set "JAVA="
for %%I in (java.exe) do set "JAVA=%%~$PATH:I"
if defined JAVA goto java_found
echo apex: no java found: install Java 17 or newer and add it to the PATH, or set JAVA_HOME to it>&2
exit /b 1

:java_found
rem The file "release" next to bin contains the version, as in JAVA_VERSION="17.0.15". Without it, the check is skipped.
for %%I in ("%JAVA%") do set "RELEASE=%%~dpI..\release"
if not exist "%RELEASE%" goto start
set "VERSION="
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%RELEASE%"') do set "VERSION=%%~V"
if not defined VERSION goto start
for /f "tokens=1 delims=.-+" %%M in ("%VERSION%") do set "MAJOR=%%M"
if %MAJOR% geq 17 goto start
echo apex: Java 17 or newer is needed, "%JAVA%" is %VERSION%: set JAVA_HOME to a newer one>&2
exit /b 1

:start
set "ARCHIVE=%HOME_DIRECTORY%\lib\apex.jsa"
set "NEW_ARCHIVE="
if "%~1"=="archive" if "%~2"=="" set "NEW_ARCHIVE=%ARCHIVE%.new"
set ARCHIVE_OPTIONS=
rem cds*=off: Java silently ignores an archive of another Java version or of changed jars
if exist "%ARCHIVE%" set ARCHIVE_OPTIONS="-XX:SharedArchiveFile=%ARCHIVE%" "-Xlog:cds*=off"
if defined NEW_ARCHIVE set ARCHIVE_OPTIONS="-XX:ArchiveClassesAtExit=%NEW_ARCHIVE%" "-Xlog:cds*=off"
if defined NEW_ARCHIVE goto train

"%JAVA%" %OPTIONS_FILE% %ARCHIVE_OPTIONS% "-Dapex.home=%HOME_DIRECTORY%" "-Dlogback.configurationFile=%HOME_DIRECTORY%\conf\logback.xml" --module-path "%HOME_DIRECTORY%\lib" --add-modules ALL-DEFAULT --module io.apexproxy.runtime/io.apexproxy.runtime.cli.Main %*
exit /b %ERRORLEVEL%

:train
"%JAVA%" %OPTIONS_FILE% %ARCHIVE_OPTIONS% "-Dapex.home=%HOME_DIRECTORY%" "-Dlogback.configurationFile=%HOME_DIRECTORY%\conf\logback.xml" --module-path "%HOME_DIRECTORY%\lib" --add-modules ALL-DEFAULT --module io.apexproxy.runtime/io.apexproxy.runtime.cli.Main %*
if errorlevel 1 goto training_failed
if not exist "%NEW_ARCHIVE%" goto training_failed
move /y "%NEW_ARCHIVE%" "%ARCHIVE%" >nul || exit /b 1
echo apex: wrote %ARCHIVE%
exit /b 0

:training_failed
echo apex: no archive was made: the training run failed, or "%NEW_ARCHIVE%" could not be written>&2
exit /b 1
