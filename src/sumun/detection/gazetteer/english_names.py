"""Given and family names of the English-speaking world, as its censuses count them."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN_NAMES = _words("""
    Aaron Abigail Abraham Adam Adrian Adriana Agnes Aidan Aimee Alan Alana Albert Alberto Alejandra
    Alejandro Alex Alexander Alexandra Alexis Alfred Alfredo Alice Alicia Alison Allan Allen
    Allison Alma Alyssa Amanda Amelia Amy Ana Andre Andrea Andreas Andres Andrew Andy Angel Angela
    Angelica Angelina Angie Anita Ann Anna Anne Annette Annie Anthony Antoinette Antonia Antonio
    April Arlene Armando Arnold Arthur Arturo Ashley Audrey Ava Avery Barbara Barry Beatrice Becky
    Belinda Ben Benjamin Bernadette Bernard Bernice Bertha Bessie Beth Bethany Betty Beverly Bill
    Billy Blanche Blake Bob Bobby Bonnie Brad Bradley Brandi Brandon Brandy Brenda Brendan Brent
    Brett Brian Bridget Brittany Brooke Bruce Bryan Byron Caleb Calvin Cameron Candace Carl Carla
    Carlos Carmen Carol Carole Caroline Carolyn Carrie Casey Catherine Cathy Cecil Cecilia Celia
    Cesar Chad Charlene Charles Charlie Charlotte Chelsea Cheryl Chester Chloe Chris Christian
    Christie Christina Christine Christopher Christy Cindy Claire Clara Clarence Claude Claudia
    Clayton Clifford Clinton Clyde Cody Colin Colleen Connie Connor Constance Corey Cory Courtney
    Craig Cristina Crystal Curtis Cynthia Daisy Dale Damon Dan Dana Daniel Danielle Danny Darlene
    Darrell Darren Darryl Daryl Dave David Dawn Dean Deanna Debbie Deborah Debra Delores Dennis
    Derek Derrick Desiree Devin Diana Diane Dianne Diego Dolores Dominic Don Donald Donna Dora
    Doreen Doris Dorothy Doug Douglas Duane Dustin Dwayne Dwight Dylan Earl Ebony Eddie Edgar Edith
    Edna Eduardo Edward Edwin Eileen Elaine Eleanor Elena Eli Elijah Elisa Elizabeth Ella Ellen
    Elliot Elmer Elsie Emanuel Emily Emma Enrique Eric Erica Erik Erika Erin Ernest Ernesto Esther
    Ethan Ethel Eugene Eva Evan Evelyn Felicia Felix Fernando Florence Floyd Frances Francis
    Francisco Frank Franklin Fred Freda Frederick Gabriel Gabriela Gabrielle Gail Gary Gavin Gene
    Geoffrey George Gerald Geraldine Gerard Gilbert Gina Gladys Glen Glenda Glenn Gloria Gordon
    Grace Greg Gregory Gretchen Guy Gwendolyn Hannah Harold Harriet Harry Harvey Hazel Heather
    Hector Heidi Helen Henry Herbert Herman Hilda Holly Homer Hope Howard Hugh Hugo Ian Ida Ignacio
    Irene Iris Irma Isaac Isabel Isabella Isaiah Ivan Jack Jackie Jackson Jacob Jacqueline Jaime
    Jake James Jamie Jan Jane Janet Janice Jared Jasmine Jason Javier Jay Jean Jeanette Jeanne Jeff
    Jeffery Jeffrey Jenna Jennie Jennifer Jenny Jeremiah Jeremy Jerome Jerry Jesse Jessica Jessie
    Jesus Jill Jim Jimmy Jo Joan Joann Joanna Joanne Jodi Jody Joe Joel Joey John Johnathan Johnnie
    Johnny Jon Jonathan Jordan Jorge Jose Joseph Josephine Josh Joshua Joy Joyce Juan Juanita
    Judith Judy Julia Julian Julie Julio Justin Kara Karen Kari Karina Karl Karla Kate Katelyn
    Katherine Kathleen Kathryn Kathy Katie Katrina Kay Kayla Keith Kelley Kelly Kelsey Ken Kendra
    Kenneth Kent Kerry Kevin Kim Kimberly Kirk Kris Kristen Kristi Kristie Kristin Kristina
    Kristine Kristy Krystal Kurt Kyle Lana Larry Latoya Laura Lauren Laurie Lawrence Leah Lee Leila
    Lena Leo Leon Leonard Leroy Leslie Lester Lewis Liam Lillian Lillie Linda Lindsay Lindsey Lisa
    Lloyd Logan Lois Lola Loretta Lori Lorraine Louis Louise Lucas Lucia Lucille Lucy Luis Luke
    Lydia Lynn Mabel Mackenzie Madeline Maggie Manuel Marc Marcia Marcus Margaret Margarita Maria
    Marian Marianne Marie Marilyn Mario Marion Marissa Marjorie Mark Marlene Marsha Marshall Martha
    Martin Marvin Mary Mason Mathew Matt Matthew Maureen Maurice Max Maxine Megan Meghan Melanie
    Melinda Melissa Melody Melvin Mercedes Meredith Mia Michael Micheal Michele Michelle Miguel
    Mike Mildred Milton Mindy Miranda Miriam Misty Mitchell Mohamed Mohammad Mohammed Molly Monica
    Monique Morgan Muhammad Myra Myrtle Nadia Nancy Naomi Natalia Natalie Natasha Nathan Nathaniel
    Neil Nelson Nicholas Nichole Nick Nicole Nina Noah Noel Nora Norma Norman Olga Oliver Olivia
    Omar Oscar Owen Pablo Pam Pamela Pat Patricia Patrick Patsy Patti Patty Paul Paula Pauline
    Pearl Pedro Peggy Penny Perry Peter Philip Phillip Phyllis Rachael Rachel Ralph Ramon Ramona
    Randall Randy Raquel Raul Ray Raymond Rebecca Regina Reginald Rene Renee Ricardo Richard Rick
    Rickey Ricky Rita Robert Roberta Roberto Robin Rodney Roger Roland Roman Ron Ronald Ronnie Rosa
    Rosalie Rose Rosemarie Rosemary Rosie Ross Roxanne Roy Ruben Ruby Russell Ruth Ryan Sabrina
    Sadie Sally Salvador Sam Samantha Samuel Sandra Sara Sarah Scott Sean Sergio Seth Shane Shannon
    Sharon Shaun Shawn Sheila Shelby Shelly Sheri Sherri Sherry Sheryl Shirley Sidney Silvia Simon
    Sofia Sonia Sonya Sophia Sophie Spencer Stacey Stacy Stanley Stefan Stella Stephanie Stephen
    Steve Steven Stuart Sue Susan Susie Suzanne Sylvia Tamara Tami Tammy Tania Tanya Tara Tasha Ted
    Teresa Terrance Terrence Terri Terry Thelma Theodore Theresa Thomas Tiffany Tim Timothy Tina
    Todd Tom Tommy Toni Tony Tonya Tracey Traci Tracy Travis Trevor Tricia Tristan Troy Tyler
    Tyrone Valerie Vanessa Vera Vernon Veronica Vicki Vickie Vicky Victor Vincent Viola Violet
    Virgil Vivian Wade Wallace Walter Wanda Warren Wayne Wendy Wesley Whitney Wilbur Willard
    William Willie Wilma Xavier Yolanda Yvette Yvonne Zachary Zoe
""")
"""Given names that are hardly ever the first word of anything else."""

FAMILY_NAMES = _words("""
    Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez
    Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris
    Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill
    Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips
    Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers
    Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson
    Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders
    Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler
    Henderson Barnes Gonzales Fisher Vasquez Simmons Romero Jordan Patterson Alexander Hamilton
    Graham Reynolds Griffin Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran Medina
    Aguilar Stevens Murray Ford Castro Marshall Owens Harrison Fernandez McDonald Woods Washington
    Kennedy Wells Vargas Henry Chen Freeman Webb Tucker Guzman Burns Crawford Olson Simpson Porter
    Hunter Gordon Mendez Silva Shaw Snyder Mason Dixon Munoz Hunt Hicks Holmes Palmer Wagner Black
    Robertson Boyd Rose Stone Salazar Fox Warren Mills Meyer Rice Schmidt Garza Daniels Ferguson
    Nichols Stephens Soto Weaver Ryan Gardner Payne Grant Dunn Kelley Spencer Hawkins Arnold Pierce
    Hansen Peters Santos Hart Bradley Knight Elliott Cunningham Duncan Armstrong Hudson Carroll
    Lane Riley Andrews Alvarado Ray Delgado Berry Perkins Hoffman Johnston Matthews Pena Richards
    Contreras Willis Carpenter Lawrence Sandoval Guerrero George Chapman Rios Estrada Ortega
    Watkins Greene Nunez Wheeler Valdez Harper Burke Larson Santiago Maldonado Morrison Franklin
    Carlson Austin Dominguez Carr Lawson Jacobs Obrien Lynch Singh Vega Bishop Montgomery Oliver
    Jensen Harvey Williamson Gilbert Dean Sims Espinoza Howell Li Wong Reid Hanson Le McCoy Garrett
    Burton Fuller Wang Weber Welch Rojas Lucas Marquez Fields Park Yang Little Banks Padilla Day
    Walsh Bowman Schultz Luna Fowler Mejia Doe Cohen Khan Ali Ahmed Ahmad Hussain Shah Kumar Sharma
    Gupta Das Roy Chan Lin Liu Zhang Wu Huang Choi Cho Kang Yoon Lim Jang Suzuki Tanaka Yamamoto
    Muller Mueller Schneider Fischer Becker Schulz Koch Bauer Klein Wolf Neumann Schwarz Zimmermann
    Braun Hofmann Rossi Russo Ferrari Esposito Bianchi Dubois Bernard Laurent Lefebvre Moreau
    Fournier Oliveira Souza Pereira Costa Ferreira Almeida Kowalski Nowak Novak Ivanov Petrov
    Jansen Visser Bakker Johansson Andersson Karlsson Nilsson Eriksson Larsson Olsson Nielsen
    Pedersen Andersen Christensen Berg Oconnor OBrien Byrne Doyle McCarthy Gallagher Doherty Clarke
    Griffiths Davies Owen Barker Atkinson Bates Bird Blake Bowen Boyle Brady Briggs Buckley Burgess
    Byrd Caldwell Cannon Chandler Christian Clayton Cobb Cross Cummings Curry Curtis Dalton Daniel
    Davidson Dawson Decker Douglas Drake Erickson Farmer Fleming Fletcher Flynn Francis Frank
    French Frazier Gates Gill Glover Goodman Goodwin Graves Gregory Gross Hale Hammond Hampton
    Hardy Harmon Harrington Haynes Henson Higgins Hines Hodges Hogan Holland Holloway Holt Hopkins
    Horton House Houston Hubbard Ingram Jennings Joseph Keller Kerr Lamb Lambert Lang Leonard Logan
    Love Lowe Lyons Mack Malone Manning Mann Marsh Massey Mathis Maxwell May McBride McCormick
    McDaniel McGee McGuire McKenzie McKinney McLaughlin Miles Moody Moss Mullins Nash Newman Newton
    Norman Norris Norton Osborne Page Parks Parsons Patrick Patton Paul Pearson Phelps Poole Potter
    Pratt Quinn Ramsey Randall Reese Reeves Rhodes Robbins Roberson Rodgers Rowe Saunders Schwartz
    Sharp Shelton Sherman Shields Singleton Sparks Stanley Steele Stokes Strickland Sutton Swanson
    Terry Thornton Todd Townsend Tyler Underwood Vaughn Vincent Wade Walters Walton Watts Webster
    Wilkerson Wilkins Wolfe Yates York Zimmerman
""")
"""Family names many people have."""
